/**
 * Keeps a fault in its place: an island that throws, on the server or in the browser, is replaced by what broke, what still
 * works and a way to try again, and never takes the page.
 */
import { Component, type ComponentChildren, type FunctionComponent } from "preact";
import { type Fault, reportFault } from "../web/client/faults.ts";
import { Chip } from "./Chip.tsx";

interface GuardProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly instead: (fault: Fault, retry: () => void) => ComponentChildren;
}

export class Guard extends Component<GuardProps, { fault: Fault | null }> {
  override state = { fault: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ fault: reportFault(this.props.title, error) });
  }

  override render({ children, instead }: GuardProps, { fault }: { fault: Fault | null }) {
    return fault ? instead(fault, () => this.setState({ fault: null })) : children;
  }
}

/** An island with a panel of the same size in its place should it fail. */
export function guarded<Props extends object>(
  title: string,
  size: string,
  Inner: FunctionComponent<Props>,
): FunctionComponent<Props> {
  return (props) => (
    <Guard
      title={title}
      instead={({ id, text }, retry) => (
        <section class={`panel ${size}`} data-state="failed">
          <header class="panel-head">
            <h2>{title}</h2>
            <Chip tone="stop" icon="cross">failed</Chip>
          </header>
          <div class="panel-body fault">
            <p>This panel cannot be drawn: {text}. The other panels and STOP go on.</p>
            <p>
              <button type="button" class="button" onClick={retry}>Retry</button> <span class="muted">{id}</span>
            </p>
          </div>
        </section>
      )}
    >
      <Inner {...props} />
    </Guard>
  );
}
