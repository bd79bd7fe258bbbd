# TITLE: kill -9 right behind a burst: acknowledged jobs lost, job ids handed out again
# LIMIT: 240
# F_ROUNDS of ours; F_REAL of the real one, which loses jobs in each
: "${F_ROUNDS:=20}" "${F_REAL:=3}" "${F_N:=2000}"
pair 24.11 slurm 0
declare -A lost=() reused=() acknowledged=()
for side in "$R" "$O"; do lost[$side]=0 reused[$side]=0 acknowledged[$side]=0; done
for i in $(seq "$F_ROUNDS"); do for side in "$R" "$O"; do
  [ "$side" = "$O" ] || [ "$i" -le "$F_REAL" ] || continue
  rm -f "$INTEROP/next"
  : >"$INTEROP/ack"
  if [ $((i % 2)) = 1 ]; then
    raw "$side" submit -n "$F_N" -k 8 -a "$INTEROP/ack" >/dev/null
    kill9 "$side"
  else # in the middle of a burst: what was acknowledged by then counts
    raw "$side" submit -n 100000 -k 8 -a "$INTEROP/ack" >/dev/null 2>&1 &
    load=$!
    until [ "$(wc -l <"$INTEROP/ack")" -ge $((F_N / 2)) ]; do sleep .01; done
    kill9 "$side"
    wait "$load"
  fi
  again "$side"
  raw "$side" pingwait -T 60 >/dev/null
  sleep 1
  checked=$(raw "$side" check "$INTEROP/ack")
  raw "$side" submit -n 20 -k 1 -a "$INTEROP/next" >/dev/null
  lost[$side]=$((lost[$side] + $(echo "$checked" | val lost)))
  acknowledged[$side]=$((acknowledged[$side] + $(echo "$checked" | sed 's/^/ /' | val acknowledged)))
  reused[$side]=$((reused[$side] + $(sort "$INTEROP/ack" "$INTEROP/next" | uniq -d | wc -l)))
done; done
figure "f acknowledged jobs lost" jobs "${lost[$R]}" "${lost[$O]}" "ours <= 0"
figure "f ids reused of the next 20" ids "${reused[$R]}" "${reused[$O]}" "ours <= 0"
note "acknowledged: real ${acknowledged[$R]} in $F_REAL rounds, ours ${acknowledged[$O]} in $F_ROUNDS"
