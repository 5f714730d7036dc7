export default function Page() {
  return <p>never seen</p>;
}
