package uip

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's table again")

func TestTheREADMEListsTheErrors(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- errors of uip: ", "<!-- end of errors of uip -->"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| code | status | when |\n|---|---|---|\n")
	for _, c := range codes() {
		status := fmt.Sprintf("%d %s", c.status, http.StatusText(c.status))
		if c.ours {
			status += ", which UIP does not document"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", c.code, status, c.when)
	}
	before, rest, found := bytes.Cut(readme, []byte(begin))
	note, rest, _ := bytes.Cut(rest, []byte("-->\n"))
	section, after, closed := bytes.Cut(rest, []byte(end))
	switch {
	case !found || !closed:
		t.Fatal("the README has no section of UIP's errors")
	case *update:
		text := string(before) + begin + string(note) + "-->\n" + table.String() + end + string(after)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	case string(section) != table.String():
		t.Errorf("the README's errors are not the code's; -update writes them:\n%s", table.String())
	}
}
