/** The shell of every page: skip link, bar with STOP, navigation, the page, the keys. */
import { Nav } from "../components/Nav.tsx";
import { PrintHead } from "../components/PrintHead.tsx";
import Keys from "../islands/Keys.tsx";
import Shell from "../islands/Shell.tsx";
import ViewMenu from "../islands/ViewMenu.tsx";
import { define } from "../web/define.ts";

export default define.layout(({ Component, state: { boot }, url }) => (
  <div class="shell">
    <a class="skip" href="#main">Skip to the page</a>
    <Shell boot={boot} />
    <Nav pathname={url.pathname} symbols={boot.panels.symbols.map(({ symbol }) => symbol)}>
      <ViewMenu />
    </Nav>
    <main id="main" class="main" tabIndex={-1}>
      <PrintHead status={boot.panels.status} />
      <Component />
    </main>
    <Keys boot={boot} />
  </div>
));
