export default function Public() {
  return <p>public</p>;
}
