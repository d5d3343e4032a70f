/// What the helper container of ``VolumeCopy`` runs; its arguments are the names of both volumes.
///
/// tar copies what may change: it keeps owners, devices, holes, hard links and extended attributes. `cp -al` gives the
/// rest second names. Both volumes are also mounted by themselves; the engine's directory is used only if it shows the
/// same two directories.
enum VolumeCopyScript {
  static let text = #"""
    set -eu -o pipefail
    source=/source target=/target linked=no
    if [ "/volumes/$1/_data" -ef /source ] && [ "/volumes/$2/_data" -ef /target ]; then
      source="/volumes/$1/_data" target="/volumes/$2/_data" linked=yes
    fi
    cd "$source"
    mapfile -t links <<<"$LINKED"
    mapfile -t empties <<<"$EMPTIED"
    excluded=()
    for path in "${links[@]}"; do [ -z "$path" ] || excluded+=("--exclude=./$path"); done
    for path in "${empties[@]}"; do [ -z "$path" ] || excluded+=("--exclude=./$path/*"); done
    attributes=(--xattrs '--xattrs-include=*' --numeric-owner)
    tar "${attributes[@]}" --warning=no-file-ignored --sparse --anchored "${excluded[@]}" -cf - . |
      tar "${attributes[@]}" -xpf - -C "$target"
    size() { set -- $(du -s -B1 "$target"); echo "$1"; }
    copied=$(size)
    for path in "${links[@]}"; do
      [ -n "$path" ] && [ -d "$path" ] || continue
      case $path in */*) parent="$target/${path%/*}" ;; *) parent=$target ;; esac
      if [ $linked = yes ] && ! cp -al "$path" "$parent/"; then
        linked=no
        rm -rf "$target/$path"
      fi
      if [ $linked = no ]; then cp -a --reflink=auto "$path" "$parent/"; fi
    done
    whole=$(size)
    [ $linked = yes ] || copied=$whole
    [ -z "$DURABLE" ] || sync -f "$target"
    echo "linked=$linked size=$whole copied=$copied"
    """#
}
