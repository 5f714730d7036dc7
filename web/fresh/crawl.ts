/** Finds the files a site is made of. Paths are relative to the root, with "/", sorted: the same on every machine. */

export interface Folders {
  readonly islandDir: string;
  readonly routeDir: string;
  readonly staticDir: string;
}

export interface SiteFiles {
  readonly islands: string[];
  readonly routes: string[];
  readonly statics: string[];
}

/**
 * Islands and routes by their folders and names, static files but those whose path holds a name with a dot in front.
 */
export function findFiles(root: string, { islandDir, routeDir, staticDir }: Folders): SiteFiles {
  const routeFiles = walk(root, routeDir).filter(isCode);
  const isPrivate = (path: string) => /\/\(_[^/]+\)\//.test(path);
  return {
    islands: [...walk(root, islandDir).filter(isCode), ...routeFiles.filter((path) => path.includes("/(_islands)/"))],
    routes: routeFiles.filter((path) => !isPrivate(path)),
    statics: walk(root, staticDir).filter((path) => !/\/\.(?!well-known\/)/.test(path)),
  };
}

function isCode(path: string): boolean {
  return /\.[tj]sx?$/.test(path) && !/[._]test\.[tj]sx?$/.test(path);
}

/** All files below a folder; none when it does not exist. Symbolic links are not followed. */
function walk(root: string, folder: string): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(`${root}/${folder}`)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries.flatMap(({ name, isFile, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? walk(root, path) : isFile ? [path] : [];
  }).sort();
}
