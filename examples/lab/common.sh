# What the studies of this folder share: `source` it. A study sets `here` to its own folder before.
# shellcheck shell=bash

tiergate="${TIERGATE:-tiergate}"
draws="${DRAWS:-256}"
seed="${SEED:-1}"
# The results, which a second run goes on with; the only thing a study leaves.
out="${OUT:-$PWD/lab-$(basename "$here")}"

for needed in "$tiergate" jq; do
  command -v "$needed" >/dev/null 2>&1 || {
    echo "$0: there is no \`$needed\`; set TIERGATE to the path of the program, or install jq" >&2
    exit 1
  }
done

write=no
case "${1:-}" in
  --write) write=yes ;;
  "") ;;
  *)
    echo "$0: \`$1\` is not known; it takes --write, and DRAWS, SEED, OUT and TIERGATE from the environment" >&2
    exit 2
    ;;
esac

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Numbers and intervals as Markdown has them, for jq.
# shellcheck disable=SC2034
numbers='
def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
def places($n): . as $x | pow(10; $n) as $p | ($x * $p | round) as $whole
  | ($whole / $p | floor | tostring) as $units
  | if $n == 0 then $units
    else $units + "." + (($whole % $p | tostring) as $d | ("0" * ($n - ($d | length)) // "") + $d) end;
def plain: if . >= 1000 then round | grouped
  elif . >= 100 then places(0) elif . >= 10 then places(1) elif . >= 1 then places(2)
  elif . >= 0.0005 then places(3) elif . >= 0.000005 then places(5) else "0" end;
def number: if . == null then "-" elif . < 0 then (-. | plain) as $n
  | if $n == "0" then $n else "-" + $n end else plain end;
def interval: if . == null then "-" else "\(.[1] | number) (\(.[0] | number) to \(.[2] | number))" end;
def verdict: if .verdict == "not separable"
  then "not separable: better in \(100 * .better | places(1)) %, worse in \(100 * .worse | places(1)) %"
  else .verdict end;
def listed: if length == 0 then "nothing" else join("; ") end;
def said($words): [.rows[] | select(.laws[1].verdict == $words) | .part] | listed;
'

# Of the draws: how many, from where, and what the figures are.
drawn='
def drawn: "\(.plan.draws) draws, seed \(.plan.seed), \(if .plan.posterior then "calibrated" else "from the prior ranges" end); the last month is \(.plan.until). Medians, and in brackets nine in ten draws.";
'

# Compares laws on the same draws, in a folder of the results: the answer is compare.json there.
compare() {
  local folder="$1"
  shift
  "$tiergate" "$@" --draws "$draws" --seed "$seed" --out "$folder" --json > "$work/compare.json"
  mv "$work/compare.json" "$folder/compare.json"
}

# Two laws beside one another, every part of every goal, and in words what came out.
two_laws() {
  jq -r "$numbers$drawn"'
    drawn + " The laws part in \(.part_in).",
    "",
    "Beside \(.rows[0].laws[0].name), \(.rows[0].laws[1].name) is",
    "",
    "- **better** on: \(said("better"))",
    "- **worse** on: \(said("worse"))",
    "- **alike** on: \(said("alike"))",
    "- **not separable** on: \(said("not separable"))",
    "",
    "| part | \(.rows[0].laws[0].name) | \(.rows[0].laws[1].name) | difference | |",
    "|---|--:|--:|--:|---|",
    (.rows[] | "| \(.goal): \(.part) (\(.unit); \(if .more_is_better then "more" else "less" end) is better) | \(.laws[0].spread | interval) | \(.laws[1].spread | interval) | \(.laws[1].difference | interval) | \(.laws[1] | verdict) |")
  ' "$1"
}

# Prints what a study found, or writes it between the two markers of its README.
tell() {
  if [ "$write" = no ]; then
    cat "$1"
    return
  fi
  local readme="$here/README.md" part
  if [ "$(grep -c '^<!-- figures: run -->$' "$readme")" -ne 2 ]; then
    echo "$readme: two lines \`<!-- figures: run -->\` are to stand around the figures" >&2
    exit 1
  fi
  part="$(mktemp "$here/.figures.XXXXXX")"
  awk -v figures="$1" '
    /^<!-- figures: run -->$/ {
      print
      if (!inside) { print ""; while ((getline line < figures) > 0) print line; print "" }
      inside = !inside
      next
    }
    !inside { print }
  ' "$readme" > "$part"
  mv "$part" "$readme"
  chmod 644 "$readme"
  echo "$readme: the figures are written; all draws are in $out"
}
