#!/usr/bin/env bash
# Branch coverage of the law, the readable engine, statistics and scenario reading: ends with status
# 0 only at 100% (see [tool.coverage] in pyproject.toml).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tests=(law law_weeks small_worlds engine_parts draws known_answers statistics statistics_parts scores questions_statistics
       scenario scenario_parts scenario_mistakes scenario_round_trip scenario_arms scenario_moves scenario_court
       scenario_defaults schema experts values pressing odd_forms own_case mesa_tools rare odd_arguments results_travel effects checks
       questions_quick unknown user_files seldom)
files=("${tests[@]/#/tests/test_}")
files=("${files[@]/%/.py}")
export COVERAGE_FILE="${COVERAGE_FILE:-build/coverage}"
mkdir -p "$(dirname "$COVERAGE_FILE")"
python=.venv/bin/python
[ -x "$python" ] || python=python
"$python" -m coverage run -m pytest -q -p no:cacheprovider --hypothesis-profile=plain -m "not slow" "${files[@]}"
"$python" -m coverage report
