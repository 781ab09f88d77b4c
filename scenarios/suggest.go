package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// unknown words that there is no such thing.
func unknown(what, word string, names []string) string {
	return fmt.Sprintf("unknown %s %s%s", what, shortened(word), suggested(word, names))
}

// suggested says which name was probably meant, or else which there are.
func suggested(word string, names []string) string {
	if near := nearest(word, names); near != "" {
		return ", did you mean " + near + "?"
	}
	if len(names) == 0 {
		return ", there are none"
	}
	const most = 25
	if len(names) > most {
		return ", want one of " + strings.Join(names[:most], ", ") + " and others"
	}
	return ", want one of " + strings.Join(names, ", ")
}

// nearest is the name that a mistyped word was probably meant to be, if any.
func nearest(word string, names []string) string {
	const longest, most = 60, 1000 // what is beyond is no mistyped name, and costs time
	if word == "" || len(word) > longest {
		return ""
	}
	best, least := "", 1+max(1, len(word)/3)
	for _, name := range names[:min(len(names), most)] {
		if len(name) > longest {
			continue
		}
		d := distance(strings.ToLower(word), strings.ToLower(name))
		if d < least {
			best, least = name, d
		}
	}
	return best
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

// inQuotes is a text of the scenario as it may be repeated in a message.
func inQuotes(text string) string { return strconv.Quote(shortened(text)) }

// shortened cuts a text that is too long to be repeated.
func shortened(text string) string {
	const most = 60
	runes := []rune(text[:min(len(text), 4*most)])
	if len(text) == len(string(runes)) && len(runes) <= most {
		return text
	}
	return string(runes[:min(len(runes), most)]) + "..."
}
