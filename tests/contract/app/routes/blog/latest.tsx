export default function Latest() {
  return <p>latest</p>;
}
