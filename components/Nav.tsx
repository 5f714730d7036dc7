/** The pages there are: a column at the left, a bar at the bottom where the screen is narrow. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

interface NavProps {
  readonly pathname: string;
  readonly symbols: readonly string[];
  readonly children?: ComponentChildren;
}

const PAGES = [
  { href: "/", word: "Overview", icon: "overview", below: [] },
  { href: "/symbols", word: "Symbols", icon: "symbols", below: ["/symbol/"] },
  { href: "/decisions", word: "Decisions", icon: "decisions", below: ["/decision/"] },
] as const satisfies readonly { href: string; word: string; icon: IconName; below: readonly string[] }[];

export function Nav({ pathname, symbols, children }: NavProps) {
  const mark = (href: string, below: readonly string[]) =>
    pathname === href ? "page" : below.some((path) => pathname.startsWith(path)) ? "true" : undefined;
  return (
    <nav class="nav" aria-label="Pages">
      <ul class="nav-pages">
        {PAGES.map(({ href, word, icon, below }) => (
          <li key={href}>
            <a href={href} aria-current={mark(href, below)}>
              <Icon name={icon} />
              <span>{word}</span>
            </a>
            {href === "/symbols" && (
              <ul class="nav-symbols">
                {symbols.map((symbol) => (
                  <li key={symbol}>
                    <a href={`/symbol/${symbol}`} aria-current={mark(`/symbol/${symbol}`, [])}>{symbol}</a>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {children}
    </nav>
  );
}
