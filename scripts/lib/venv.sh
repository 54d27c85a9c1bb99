# Sourced by the scripts: makes .venv, and brings it up to date when pyproject.toml has changed.
# `use_venv dev` or `use_venv sandbox` names the extra that the caller needs.

find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and was not found; install it and try again." >&2
    return 1
}

use_venv() {
    local extra=$1 holders=("$1") holder python
    if [[ ! -x .venv/bin/python ]]; then
        python=$(find_python) || exit 1
        echo "Making .venv with $("$python" --version) ..." >&2
        if ! "$python" -m venv .venv; then
            rm -rf .venv
            echo "'$python -m venv' failed; some systems have it in a package 'python3-venv'." >&2
            exit 1
        fi
    fi
    PATH=$PWD/.venv/bin:$PATH
    # The dev extra holds the sandbox's.
    [[ $extra == sandbox ]] && holders+=(dev)
    for holder in "${holders[@]}"; do
        if cmp -s pyproject.toml ".venv/installed-$holder"; then
            return
        fi
    done
    echo "Installing what pyproject.toml asks for ..." >&2
    python -m pip install -qq --no-input --disable-pip-version-check -e ".[$extra]" >&2
    cp pyproject.toml ".venv/installed-$extra"
}
