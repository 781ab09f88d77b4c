package scenarios

import (
	"fmt"
	"reflect"
	"strings"
)

// Reference is the grammar as tables in Markdown: the members of a scenario, the
// verbs, and the members of each verb. They are made from the types that the
// reader reads into.
func Reference() string {
	var b strings.Builder
	b.WriteString("### A scenario\n\n")
	table(&b, reflect.TypeFor[Scenario]())
	b.WriteString("\nA variable:\n\n")
	table(&b, reflect.TypeFor[Var]())
	b.WriteString("\n### A step\n\nExactly one of these verbs, and a `name` for reports if it is to have one.\n\n| verb | |\n|---|---|\n")
	steps := membersOf(stepType)
	for _, m := range steps {
		if m.verb {
			fmt.Fprintf(&b, "| `%s` | %s |\n", m.name, cell(m.doc))
		}
	}
	for _, m := range steps {
		if t := m.typ; m.verb && t.Elem().Kind() == reflect.Struct {
			fmt.Fprintf(&b, "\n#### %s\n\n", m.name)
			table(&b, t.Elem())
			nested(&b, t.Elem())
		}
	}
	return b.String()
}

// nested writes the tables of the members that have members of their own.
func nested(b *strings.Builder, t reflect.Type) {
	for _, m := range membersOf(t) {
		if m.typ.Kind() == reflect.Pointer && m.typ.Elem().Kind() == reflect.Struct {
			fmt.Fprintf(b, "\n`%s`:\n\n", m.name)
			table(b, m.typ.Elem())
		}
	}
}

func table(b *strings.Builder, t reflect.Type) {
	b.WriteString("| member | takes | |\n|---|---|---|\n")
	for _, m := range membersOf(t) {
		takes := taken(m)
		if m.required {
			takes += ", required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", m.name, takes, cell(m.doc))
	}
}

// taken says what a member takes.
func taken(m member) string {
	t := m.typ
	if len(m.enum) > 0 {
		words := "`" + strings.Join(m.enum, "`, `") + "`"
		if m.form != "" {
			words += " or a " + m.form
		}
		return words
	}
	switch {
	case t.Kind() == reflect.Map && m.form == "regexp":
		return "a mapping of names to regular expressions"
	case t.Kind() == reflect.Slice && m.form == "thing":
		return "a list of names given with `as`"
	case t.Kind() == reflect.Slice && m.form == "http":
		return "a list of HTTP statuses"
	case m.form == "regexp":
		return "a regular expression"
	case m.form == "thing", m.form == "armed":
		return "a name given with `as`"
	case t == durationType:
		return "a duration"
	case t == reflect.TypeFor[[]Duration]():
		return "a list of durations"
	case t == reflect.TypeFor[Value]() && m.name == "patch":
		return "a list of operations"
	default:
		return strings.TrimSuffix(wantOf(t), " such as {name: ...}")
	}
}

// cell is a text as a cell of a table can hold it.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", "\\|"), "\n", " ")
}
