# Finds the files of a module that name a type of a later layer. A layer is a folder.
#
# -v root=FOLDER/  the folder of the layers; -v order="A B C"  the layers, the lowest first; arguments: all Swift files.
# It compares words with the names of types that are declared outside of other types. Members are not seen: a name that
# follows a dot is skipped, and so is a name that two layers declare.
function layer(file,   parts) {
  split(substr(file, length(root) + 1), parts, "/")
  return parts[1] in rank ? rank[parts[1]] : -1
}
BEGIN {
  count = split(order, folders, " ")
  for (i = 1; i <= count; i++) rank[folders[i]] = i
  for (i = 1; i < ARGC; i++) {
    if (layer(ARGV[i]) < 0) print ARGV[i] ": its folder is not in the order of layers"
    while ((getline line < ARGV[i]) > 0) {
      if (line !~ /^(public |package |internal |final |indirect |nonisolated )*(struct|enum|class|actor|protocol|typealias) /) continue
      sub(/^.*(struct|enum|class|actor|protocol|typealias) /, "", line)
      sub(/[^A-Za-z0-9_].*$/, "", line)
      # A name that two folders declare tells nothing.
      where = layer(ARGV[i])
      if (line in declared && declared[line] != where) where = -1
      declared[line] = where
    }
    close(ARGV[i])
  }
}
{
  text = $0
  sub(/\/\/.*$/, "", text)
  # The text of a string is not code, what is interpolated into it is.
  gsub(/\\\(/, "\" (", text)
  gsub(/"[^"]*"/, " ", text)
  while (match(text, /[A-Za-z_][A-Za-z0-9_]*/)) {
    word = substr(text, RSTART, RLENGTH)
    before = substr(text, RSTART - 1, 1)
    text = substr(text, RSTART + RLENGTH)
    if (before != "." && word in declared && declared[word] > layer(FILENAME))
      print FILENAME ":" FNR ": " word " is of " folders[declared[word]]
  }
}
