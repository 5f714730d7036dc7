/** One HTTP/1.1 request written by hand, for what `fetch` does not let us say (Host, odd request lines). */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export async function rawRequest(port: number, head: string, body = ""): Promise<RawAnswer> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    const text = head.trim().replaceAll(/\r?\n\s*/g, "\r\n");
    const end = `\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    await connection.write(new TextEncoder().encode(text + end));
    const answer = await new Response(connection.readable).text();
    const [top, ...rest] = answer.split("\r\n\r\n");
    const [statusLine, ...fields] = top.split("\r\n");
    const headers = new Headers(fields.map((field): [string, string] => {
      const at = field.indexOf(":");
      return [field.slice(0, at), field.slice(at + 1).trim()];
    }));
    return { status: Number(statusLine.split(" ")[1]), headers, body: rest.join("\r\n\r\n") };
  } finally {
    try {
      connection.close();
    } catch {
      // Reading to the end has closed it.
    }
  }
}
