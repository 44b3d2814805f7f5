"""Where the engine runs: the platforms that modules are built for and how each is compiled;
compiles nothing.

One file per system and processor. On x86-64 a file holds the code three times, for any such
processor, for AVX2 and for AVX-512, and the driver takes the widest that the processor has: the
results are the same. WebAssembly is for everything else and for the browser.
"""

from __future__ import annotations

from dataclasses import dataclass

# what makes the numbers the same everywhere, and what keeps C's open corners closed (see engine.c)
EXACT = (
    "-ffp-contract=off",
    "-fno-fast-math",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-strict-aliasing",
    "-fwrapv",
    "-fno-sanitize=all",
)
PLAIN = (
    "-std=gnu11",
    "-O3",
    "-g0",
    "-ffreestanding",
    "-fno-stack-protector",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-fno-ident",
    "-fvisibility=hidden",
    "-fno-builtin",
    "-Wall",
    "-Wextra",
    "-Wno-unused-variable",
    "-Wno-unused-but-set-variable",
    "-Wno-unused-parameter",
    "-Wno-parentheses-equality",
)


@dataclass(frozen=True, slots=True)
class Level:
    """One translation of the engine: the suffix of its functions, and the processor it is for."""

    suffix: str
    processor: str
    name: str
    number: int = 1  # what `rs_level` must give at least
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A file that is built: its name, the compiler's name of the platform, and its levels."""

    file: str
    platform: str
    levels: tuple[Level, ...]
    link: tuple[str, ...] = ()


X86 = (
    Level("", "x86_64", "x86-64"),
    Level("_v3", "x86_64_v3", "x86-64-v3", 3),
    Level("_v4", "x86_64_v4", "x86-64-v4", 4, ("-mprefer-vector-width=512",)),
)
ARM = (Level("", "generic", "aarch64"),)
_SHARED = ("-shared", "-nostdlib", "-Wl,--strip-all", "-Wl,--build-id=none", "-Wl,-z,defs")
_MAC = ("-shared", "-nostdlib", "-Wl,-s", "-Wl,-install_name,@rpath/engine")
_WINDOWS = ("-shared", "-nostdlib", "-Wl,--strip-all", "-Wl,--no-entry")
WASM = Target(
    "engine.wasm",
    "wasm32-freestanding",
    (Level("", "generic+simd128+bulk_memory+nontrapping_fptoint", "WebAssembly", 1, ("-O2",)),),
    (
        "-nostdlib",
        "-Wl,--no-entry",
        "-Wl,--strip-all",
        "-Wl,-z,stack-size=65536",
        *(
            f"-Wl,--export={name}"
            for name in ("rs_run", "rs_draw", "rs_work", "rs_moved_out", "rs_about", "__heap_base")
        ),
    ),
)
NATIVE = (
    Target("linux-x86_64.so", "x86_64-linux-none", X86, _SHARED),
    Target("linux-aarch64.so", "aarch64-linux-none", ARM, _SHARED),
    Target("macos-x86_64.dylib", "x86_64-macos", X86, _MAC),
    Target("macos-aarch64.dylib", "aarch64-macos", ARM, _MAC),
    Target("windows-x86_64.dll", "x86_64-windows-gnu", X86, _WINDOWS),
)
TARGETS = (WASM, *NATIVE)
FLAGS = (EXACT, PLAIN, tuple((t.file, t.platform, t.levels, t.link) for t in TARGETS))
