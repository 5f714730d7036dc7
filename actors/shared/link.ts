/** A way to one peer: over a MessagePort in the program, over a seeded queue in simulation. */
export interface Link {
  post(message: unknown, transfer?: Transferable[]): void;
  onMessage(handler: (message: unknown) => void): void;
  close(): void;
}

export function portLink(port: MessagePort): Link {
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer),
    onMessage(handler) {
      port.onmessage = ({ data }) => handler(data);
    },
    close: () => port.close(),
  };
}
