export default function Nested() {
  return <p>nested</p>;
}
