# Jq and xmllint: large trees of small objects.

program jq packages='jq libxml2-utils' loaded='jq xmllint'

jq_run() {
  jq -nc '[range(20000) | {id: ., name: "n\(. % 977)", tags: [range(. % 5)]}]' >rows.json
  jq 'group_by(.name) | map({name: .[0].name, total: (map(.id) | add)}) | sort_by(.total) | .[-5:]' rows.json
  jq -r '.[] | "<row id=\"\(.id)\"><name>\(.name)</name></row>"' rows.json | { echo '<rows>'; cat; echo '</rows>'; } >rows.xml
  xmllint --format rows.xml | sha256sum
  xmllint --xpath 'count(//row[name="n7"]/following-sibling::row[@id mod 100 = 3])' rows.xml
}
