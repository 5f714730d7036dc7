/** A block element: inside a paragraph the browser moves it out. */
export default function Block() {
  return <div id="block">block</div>;
}
