package picture

import (
	"math"
	"strings"
	"testing"
)

func TestATextIsMadeSmallerAndThenCutToFit(t *testing.T) {
	c := newCanvas(10, 10, 10)
	whole := c.text(bold(), "Jessamyra Zoëlle", 3, math.Inf(1))
	for _, test := range []struct {
		name       string
		line       string
		size, room float64
		glyphs     int
		least      float64 // of the size
	}{
		{"with room enough it is as large as asked", "Jessamyra Zoëlle", 3, 100, 16, 3},
		{"with less it is smaller", "Jessamyra Zoëlle", 3, whole.width * 0.7, 16, 2},
		{"with less than half it is cut", "Jessamyra Zoëlle", 3, whole.width * 0.25, 7, 1.5},
		{"with room for no letter it is empty", "Jessamyra Zoëlle", 3, 0.1, 0, 0},
		{"without room it is empty", "Jessamyra Zoëlle", 3, -1, 0, 0},
		{"characters that the type face lacks are left out", "آدم Ann 漢", 3, 100, 3, 3},
		{"white space is one space, and none at the ends", " \t Ann\n\n Lee ", 3, 100, 7, 3},
		{"a very long one is not looked at to the end", strings.Repeat("i", 1_000_000), 1, 1e9, most, 1},
		{"nothing is nothing", "", 3, 100, 0, 0},
		{"broken UTF-8 is no reason to panic", "\xff\xfe", 3, 100, 2, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := c.text(bold(), test.line, test.size, test.room)
			if math.Abs(float64(len(text.glyphs)-test.glyphs)) > 1 || len(text.glyphs) == 0 != (test.glyphs == 0) {
				t.Errorf("%d glyphs, wanted about %d", len(text.glyphs), test.glyphs)
			}
			if text.width > max(0, test.room)*1.001 || text.size > test.size || test.glyphs > 0 && text.size < test.least*0.99 {
				t.Errorf("width %v of %v, size %v of %v", text.width, test.room, text.size, test.size)
			}
		})
	}
}

func TestFieldsShareRowsIfTheyAreShort(t *testing.T) {
	c := newCanvas(10, 10, 10)
	short, long := Line{"a", "short"}, Line{"b", "quite a long text for half of a row"}
	for _, test := range []struct {
		name  string
		lines []Line
		most  int
		want  []int // fields on each row
	}{
		{"two short ones share", []Line{short, short, short}, 9, []int{2, 1}},
		{"a long one has its own", []Line{short, long, short, short}, 9, []int{1, 1, 2}},
		{"what prints nothing is left out", []Line{short, {"c", ""}, {"d", "آدم"}, short}, 9, []int{2}},
		{"rows without room are left out", []Line{short, short, long, long}, 2, []int{2, 1}},
		{"no lines are no rows", nil, 9, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := c.rows(test.lines, 50, test.most)
			if len(rows) != len(test.want) {
				t.Fatalf("%d rows: %v", len(rows), rows)
			}
			for i, row := range rows {
				if len(row) != test.want[i] {
					t.Errorf("row %d has %d fields, wanted %d", i, len(row), test.want[i])
				}
			}
		})
	}
}
