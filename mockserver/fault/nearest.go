package fault

import (
	"slices"
	"strings"
)

// Nearest is the name that a mistyped word was probably meant to be, whatever
// case it is in, and empty when none is like it. A word or a name of more than 60
// bytes is like none, and names beyond the thousandth are not looked at: what is
// mistyped may come from anybody, and is not to cost time.
func Nearest(word string, names []string) string {
	const longest, most = 60, 1000
	if word == "" || len(word) > longest {
		return ""
	}
	best, least := "", 1+max(1, len(word)/3)
	for _, name := range names[:min(len(names), most)] {
		if len(name) > longest {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// nearestFirst lists names, the one most like a word first.
func nearestFirst(word string, names []string) string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int { return distance(word, a) - distance(word, b) })
	return strings.Join(sorted, ", ")
}

// distance is how many letters are to be changed, added, left out, or swapped
// with their neighbour, to make one word another.
func distance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
