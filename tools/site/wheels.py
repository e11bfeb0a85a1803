"""Entries of a Pyodide lock for wheels in pure Python, read from the wheels themselves."""

import email
import hashlib
import zipfile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

# What markers like `sys_platform != "win32"` ask for.
ENVIRONMENT = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "sys_platform": "emscripten",
    "extra": "",
}


def entry(path, base, python) -> dict:
    """Return the lock's entry of the wheel at `path`, whose address is relative to `base`.

    `python` is the version of Pyodide's Python, "3.14.0". Pyodide loads a package when a cell
    imports one of "imports", with all packages in "depends".
    """
    name, version, _, _ = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as wheel:
        inside = wheel.namelist()
        [metadata] = [one for one in inside if one.endswith(".dist-info/METADATA")]
        asked = email.message_from_bytes(wheel.read(metadata)).get_all("Requires-Dist", [])
    return {
        "name": name,
        "version": str(version),
        "file_name": path.relative_to(base).as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "imports": imports(inside),
        "depends": needed(asked, python),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def imports(inside) -> list[str]:
    """Return what can be imported from a wheel, given the names of its files.

    >>> imports(["six.py", "numpy/__init__.py", "numpy-2.dist-info/METADATA", "numpy/a/b.py"])
    ['numpy', 'six']
    """
    tops = {name.split("/")[0].removesuffix(".py") for name in inside if name.endswith(".py")}
    return sorted(top for top in tops if top.isidentifier())


def needed(asked, python) -> list[str]:
    """Return the names of the requirements that hold in Pyodide, without their extras.

    >>> needed(["numpy>=2", "colorama; sys_platform == 'win32'", "x; extra == 'y'"], "3.14.0")
    ['numpy']
    """
    minor = ".".join(python.split(".")[:2])
    here = ENVIRONMENT | {"python_version": minor, "python_full_version": python}
    found = [Requirement(one) for one in asked]
    return sorted(
        {
            canonicalize_name(one.name)
            for one in found
            if not one.marker or one.marker.evaluate(here)
        }
    )
