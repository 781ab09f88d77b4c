package picture

import "math"

// A point is a place in a drawing. x grows to the right and y downwards; the
// unit is each drawing's own.
type point struct{ x, y float64 }

// A path is an outline that can be filled: any number of closed parts. Parts
// that overlap must turn the same way, or they cut holes into each other.
type path []step

// A step leads to its last point: with three points along a cubic curve, with
// one along a straight line or, if it is a start, with the pen lifted.
type step struct {
	start  bool
	curved bool
	to     [3]point
}

func (p path) move(x, y float64) path {
	return append(p, step{start: true, to: [3]point{{x, y}}})
}

func (p path) line(x, y float64) path {
	return append(p, step{to: [3]point{{x, y}}})
}

func (p path) curve(x1, y1, x2, y2, x, y float64) path {
	return append(p, step{curved: true, to: [3]point{{x1, y1}, {x2, y2}, {x, y}}})
}

// points returns those points of a step that are set.
func (s *step) points() []point {
	if s.curved {
		return s.to[:]
	}
	return s.to[:1]
}

// arc is how far the handles of a cubic curve reach that looks like a quarter
// of a circle, as a share of the radius.
const arc = 0.5523

func ellipse(x, y, rx, ry float64) path {
	ax, ay := rx*arc, ry*arc
	return path(nil).move(x+rx, y).
		curve(x+rx, y+ay, x+ax, y+ry, x, y+ry).
		curve(x-ax, y+ry, x-rx, y+ay, x-rx, y).
		curve(x-rx, y-ay, x-ax, y-ry, x, y-ry).
		curve(x+ax, y-ry, x+rx, y-ay, x+rx, y)
}

func box(x, y, w, h float64) path {
	return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

// rounded is a box whose corners are quarters of a circle.
func rounded(x, y, w, h, r float64) path {
	k := r * (1 - arc)
	return path(nil).move(x+r, y).
		line(x+w-r, y).curve(x+w-k, y, x+w, y+k, x+w, y+r).
		line(x+w, y+h-r).curve(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h).
		line(x+r, y+h).curve(x+k, y+h, x, y+h-k, x, y+h-r).
		line(x, y+r).curve(x, y+k, x+k, y, x+r, y)
}

func polygon(points ...point) path {
	p := path(nil).move(points[0].x, points[0].y)
	for _, q := range points[1:] {
		p = p.line(q.x, q.y)
	}
	return p
}

// blob is a closed smooth curve through points.
func blob(points ...point) path {
	n := len(points)
	p := path(nil).move(points[0].x, points[0].y)
	for i := range n {
		p = p.through(points[(i+n-1)%n], points[i], points[(i+1)%n], points[(i+2)%n])
	}
	return p
}

// through goes from b to c, bent as if on the way from a to d.
func (p path) through(a, b, c, d point) path {
	return p.curve(b.x+(c.x-a.x)/6, b.y+(c.y-a.y)/6, c.x-(d.x-b.x)/6, c.y-(d.y-b.y)/6, c.x, c.y)
}

// smooth returns points of a smooth open curve through some given ones.
func smooth(points ...point) []point {
	const parts = 8
	var all []point
	last := len(points) - 1
	for i := range last {
		a, b, c, d := points[max(0, i-1)], points[i], points[i+1], points[min(last, i+2)]
		for k := range parts {
			t := float64(k) / parts
			all = append(all, point{spline(a.x, b.x, c.x, d.x, t), spline(a.y, b.y, c.y, d.y, t)})
		}
	}
	return append(all, points[last])
}

// spline is Catmull and Rom's between b and c.
func spline(a, b, c, d, t float64) float64 {
	return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
}

// stroke is a line through points, as thick at each as width says for the
// share of the way, 0 to 1.
func stroke(width func(t float64) float64, points ...point) path {
	left, right := make([]point, 0, len(points)), make([]point, 0, len(points))
	last := len(points) - 1
	for i, q := range points {
		a, b := points[max(0, i-1)], points[min(last, i+1)]
		dx, dy := b.x-a.x, b.y-a.y
		length := max(math.Hypot(dx, dy), 1e-9)
		half := width(float64(i)/float64(max(1, last))) / 2
		dx, dy = dx/length*half, dy/length*half
		left = append(left, point{q.x + dy, q.y - dx})
		right = append(right, point{q.x - dy, q.y + dx})
	}
	p := make(path, 0, 4*last)
	for i := range last { // piece by piece, so that a line that crosses itself has no holes
		a, b, d, e := left[i], left[i+1], right[i+1], right[i]
		p = p.move(a.x, a.y).line(b.x, b.y).line(d.x, d.y).line(e.x, e.y)
	}
	return p
}

// even is a line of one width.
func even(width float64) func(float64) float64 {
	return func(float64) float64 { return width }
}

// tapered is a line that begins and ends thin.
func tapered(width float64) func(float64) float64 {
	return func(t float64) float64 { return width * (0.25 + 0.75*math.Sin(math.Pi*t)) }
}

// mirrored adds to points on the right of x their mirror images, in the order
// that closes the outline.
func mirrored(x float64, right ...point) []point {
	all := right
	for i := len(right) - 1; i >= 0; i-- {
		if right[i].x != x {
			all = append(all, point{2*x - right[i].x, right[i].y})
		}
	}
	return all
}

// ring is the frame of a rounded box: its border, so thick and inwards.
func ring(x, y, w, h, r, thick float64) path {
	inner := rounded(x+thick, y+thick, w-2*thick, h-2*thick, max(r-thick, 0.01))
	return append(rounded(x, y, w, h, r), inner.backwards()...)
}

// backwards is the same outline the other way round: in another one it cuts a
// hole.
func (p path) backwards() path {
	var all path
	for i := len(p) - 1; i >= 0; i-- {
		from := p[(i+len(p)-1)%len(p)].end()
		switch s := p[i]; {
		case i == len(p)-1:
			all = all.move(s.end().x, s.end().y)
			fallthrough
		case !s.start && s.curved:
			all = all.curve(s.to[1].x, s.to[1].y, s.to[0].x, s.to[0].y, from.x, from.y)
		case !s.start:
			all = all.line(from.x, from.y)
		}
	}
	return all
}

func (s step) end() point {
	q := s.points()
	return q[len(q)-1]
}
