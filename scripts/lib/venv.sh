# Sourced by the scripts: makes .venv, and brings it up to date when pyproject.toml has changed.
# `use_venv dev`, `use_venv docs` or `use_venv sandbox` names the extra that the caller needs.
#
# PYTHON=python3.13 takes that Python, and LOWEST=1 the lowest versions of the runtime dependencies
# that pyproject.toml allows; each has an environment of its own beside .venv.

find_python() {
    local name
    if [[ -n ${PYTHON:-} ]]; then
        if "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$PYTHON"
            return
        fi
        echo "PYTHON=$PYTHON is no Python 3.11 or newer." >&2
        return 1
    fi
    for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and was not found; install it and try again." >&2
    return 1
}

# The lower bounds of the runtime dependencies, as pip takes them for constraints.
lowest_versions() {
    "$1" - <<'PROGRAM'
import re
import tomllib

with open("pyproject.toml", "rb") as file:
    for each in tomllib.load(file)["project"]["dependencies"]:
        print(re.sub(r">=([^,]+),.*", r"==\1", each))
PROGRAM
}

use_venv() {
    local extra=$1 holders=("$1") holder python folder=.venv programs=bin
    local constraints=()
    if [[ -n ${PYTHON:-} ]]; then
        python=$(find_python) || exit 1
        folder+=-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fi
    [[ -n ${LOWEST:-} ]] && folder+=-lowest
    [[ ${OS:-} == Windows_NT ]] && programs=Scripts
    if [[ ! -x $folder/$programs/python ]]; then
        python=$(find_python) || exit 1
        echo "Making $folder with $("$python" --version) ..." >&2
        if ! "$python" -m venv "$folder"; then
            rm -rf "$folder"
            echo "'$python -m venv' failed; some systems have it in a package 'python3-venv'." >&2
            exit 1
        fi
    fi
    PATH=$PWD/$folder/$programs:$PATH
    # The dev extra holds these two.
    [[ $extra == sandbox || $extra == docs ]] && holders+=(dev)
    for holder in "${holders[@]}"; do
        if cmp -s pyproject.toml "$folder/installed-$holder"; then
            return
        fi
    done
    echo "Installing what pyproject.toml asks for ..." >&2
    if [[ -n ${LOWEST:-} ]]; then
        lowest_versions python >"$folder/lowest.txt"
        constraints=(-c "$folder/lowest.txt")
    fi
    # An old bash takes an empty list for an unset name.
    python -m pip install -qq --no-input --disable-pip-version-check \
        ${constraints[@]+"${constraints[@]}"} -e ".[$extra]" >&2
    cp pyproject.toml "$folder/installed-$extra"
}
