// The crate, compiled to WebAssembly: a question goes in as JSON, the answer comes out as JSON.

let wasm;

export async function start(text) {
  const { instance } = await WebAssembly.instantiate(await unpacked(text), {});
  wasm = instance.exports;
}

// What is long stands in the page deflated and in base 64.
export function unpacked(text) {
  return inflated(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
}

export async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function deflated(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function ask(question) {
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const place = wasm.room(bytes.length);
  new Uint8Array(wasm.memory.buffer, place, bytes.length).set(bytes);
  const length = wasm.ask();
  const answer = new Uint8Array(wasm.memory.buffer, wasm.answer(), length);
  return JSON.parse(new TextDecoder().decode(answer));
}
