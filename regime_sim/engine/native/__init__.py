"""The engine as machine code and as WebAssembly, made of the law's own Python; no compiler runs
when a scenario does.

What is here. `translate` (with `expressions`, `statements`, `kinds`, `refusal`) turns functions of
the law into C; `header` says which, and adds the tables' names and constants; `engine.c` is written
by hand around them; `build` compiles both for every platform of `targets`; `modules` picks the
module of a process and refuses one of another law; `ctypes_driver` and `wasm_driver` run it; `job`
and `layout` say how it is asked; `engine.mjs` asks it from JavaScript.

What ships, and why. The built modules lie in `built/` and are committed, 0.6 MB for six platforms:
- A user has no compiler, and many have no permission to run one; a wheel per platform would need a
  build machine per platform, while one compiler (ziglang, from PyPI) makes all of them anywhere, so
  that one wheel of pure Python serves everybody, with a fallback (WebAssembly) for the rest.
- Built bytes in git are bearable because they are small and nobody has to trust them: the same
  sources give the same bytes, and a test builds them again and compares.
- A module that does not fit the law beside it is refused by its mark, so a stale one cannot run.
"""
