package picture

// The sizes of fields, in millimetres.
const (
	labelSize = 1.75
	textSize  = 2.75
	rowFull   = 6.0 // the least from one row to the next for fields of that size
	rowMost   = 7.0 // if there is more room
	rowLeast  = 3.6 // if there is less; what is left over is not printed
)

// drawFields prints a document's lines into a box: two short ones to a row.
func (p print) drawFields(c canvas, lines []Line, x, y, w, h float64) {
	rows := c.rows(lines, w, int(h/rowLeast))
	pitch := min(rowMost, h/float64(max(1, len(rows))))
	share := min(1, pitch/rowFull)
	for _, row := range rows {
		room := w / float64(len(row))
		for i, l := range row {
			left := x + float64(i)*room
			c.write(c.text(regular(), l.Label, labelSize*share, room-1), left, y+labelSize*share, p.tint.darker(0.15))
			c.write(c.text(bold(), l.Text, textSize*share, room-1), left, y+(labelSize+0.93*textSize)*share, p.ink)
		}
		y += pitch
	}
}

// rows puts two neighbours on one row if each fits half of it, and leaves out
// lines that have nothing to print.
func (c canvas) rows(lines []Line, w float64, most int) [][]Line {
	var rows [][]Line
	half := false // whether the last row has room for another
	for _, l := range lines {
		t := c.text(bold(), l.Text, textSize, 1000)
		short := t.width <= w/2-1
		switch {
		case t.width == 0:
			continue
		case half && short:
			rows[len(rows)-1] = append(rows[len(rows)-1], l)
			half = false
		case len(rows) >= most:
			return rows
		default:
			rows = append(rows, []Line{l})
			half = short
		}
	}
	return rows
}
