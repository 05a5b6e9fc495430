# Names the steps of a long check, and says at the end how long each took. Sourced.

step_names=()
step_starts=()

# step NAME: begins a step, and ends the one before.
step() {
  step_names+=("$1")
  step_starts+=("$SECONDS")
  printf '\n== %s\n' "$1"
}

# The time of each step; the last one is over.
steps_done() {
  local end i
  printf '\n== Time of each step\n'
  for i in "${!step_names[@]}"; do
    end=${step_starts[i + 1]:-$SECONDS}
    printf '%6d s  %s\n' "$((end - step_starts[i]))" "${step_names[i]}"
  done
  printf '%6d s  in all\n' "$SECONDS"
}
