# shellcheck shell=bash
# What a test script needs: it sets tmp to a directory, and reads passed and failed at its end.

passed=0 failed=0

check() { # WHAT CMD...
	if "${@:2}" >"$tmp/output" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1"
		sed 's/^/        /' "$tmp/output"
	fi
}

equal() { # WHAT EXPECTED CMD...: its output
	local output
	output=$("${@:3}" 2>&1)
	check "$1" test "$output" = "$2"
	[ "$output" = "$2" ] || printf '        expected %q\n        but got  %q\n' "$2" "$output"
}

not() { ! "$@"; }

soon() { # SECONDS CMD...
	local end=$((SECONDS + $1))
	until "${@:2}"; do ((SECONDS < end)) || return 1; sleep 0.05; done
}
