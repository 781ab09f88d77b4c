package person

import "time"

// Document is an identity document of an invented person, as it is on one day.
type Document struct {
	Number  string    // nine characters beginning with X00, unlike any country's
	Issued  time.Time // midnight UTC, always in the past
	Expires time.Time // midnight UTC, always at least 11 months ahead
}

// Document returns the document of a kind that the person holds at a time,
// issued for a number of years (at least 2). People renew a document a year
// before it ends, each in a month of their own, so the same document comes
// back for years and a new one with a new number after that.
func (p Person) Document(kind string, years int, at time.Time) Document {
	d := p.Dice("document " + kind)
	every := years - 1
	at = at.UTC()
	cycle, day := d.N(every), d.N(365)
	year := at.Year()
	year -= ((year-cycle)%every + every) % every
	issued := time.Date(year, time.January, 1+day, 0, 0, 0, 0, time.UTC)
	if !issued.Before(at.AddDate(0, 0, -7)) {
		year -= every
		issued = time.Date(year, time.January, 1+day, 0, 0, 0, 0, time.UTC)
	}
	return Document{
		Number:  "X00" + p.Dice("number "+kind+issued.Format(" 2006")).serial(),
		Issued:  issued,
		Expires: issued.AddDate(years, 0, -1),
	}
}

// serial draws a letter and five digits.
func (d *Dice) serial() string { return d.Text(1, "BCDFGHJKLMNPQRSTVWXYZ") + d.Digits(5) }
