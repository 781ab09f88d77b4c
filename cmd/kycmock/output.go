package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// outputFlag is in every command that answers with what the mock answered.
type outputFlag struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"How the answer is written: as a table, or as the JSON that the mock answered. Default: ${default}."`
}

// write writes what the mock answered: as it is for JSON, otherwise as table
// does it.
func (f outputFlag) write(out io.Writer, answer []byte, table func(out io.Writer) error) error {
	if f.Output != "json" {
		return table(out)
	}
	if len(answer) > 0 && !bytes.HasSuffix(answer, []byte("\n")) {
		answer = append(answer, '\n')
	}
	_, err := out.Write(answer)
	return err
}

// table is rows in columns under a head of names.
type table struct {
	head []string
	rows [][]string
}

// tableOf begins a table with the names of its columns.
func tableOf(head ...string) *table { return &table{head: head} }

// add adds a row.
func (t *table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = cell(c)
	}
	t.rows = append(t.rows, row)
}

// write writes the table, or instead of one without rows what none means.
func (t *table) write(out io.Writer, none string) error {
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(out, none)
		return err
	}
	return align(out, append([][]string{t.head}, t.rows...))
}

// facts is a table of two columns without a head: names and what they are.
type facts [][]string

// add adds a line, unless its value is empty.
func (f *facts) add(name string, value any) {
	if text := cell(value); text != "" {
		*f = append(*f, []string{name, text})
	}
}

func (f facts) write(out io.Writer) error { return align(out, f) }

// align writes rows in columns, without spaces at the end of a line.
func align(out io.Writer, rows [][]string) error {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// cell is a value as it stands in a table. What comes from a receiver must not
// break the line, or talk to the terminal.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case *string:
		if v == nil {
			return ""
		}
		return plain(*v)
	case time.Time:
		return instant(v)
	case *time.Time:
		if v == nil {
			return ""
		}
		return instant(*v)
	default:
		return plain(fmt.Sprint(v))
	}
}

// plain is a text in one line, with nothing in it that a terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
}

// instant is a time of the mock's clock in a table.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }
