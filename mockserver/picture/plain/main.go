//go:build ignore

// Command main draws the images that package picture embeds. Run it from the
// package's folder with "go generate".
package main

import (
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"log"
	"math"
	"os"
	"path/filepath"
)

var (
	paper  = color.RGBA{238, 240, 232, 255}
	ink    = color.RGBA{52, 58, 74, 255}
	pale   = color.RGBA{190, 204, 214, 255}
	skin   = color.RGBA{214, 178, 150, 255}
	hair   = color.RGBA{74, 56, 48, 255}
	cloth  = color.RGBA{70, 104, 140, 255}
	desk   = color.RGBA{120, 96, 76, 255}
	room   = color.RGBA{206, 214, 206, 255}
	stamp  = color.RGBA{176, 60, 60, 255}
	chip   = color.RGBA{206, 176, 96, 255}
	border = color.RGBA{96, 120, 146, 255}
)

type canvas struct{ *image.RGBA }

func blank(w, h int, c color.Color) canvas {
	m := canvas{image.NewRGBA(image.Rect(0, 0, w, h))}
	m.box(0, 0, w, h, c)
	return m
}

func (m canvas) box(x, y, w, h int, c color.Color) {
	draw.Draw(m, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
}

func (m canvas) disc(cx, cy, rx, ry int, c color.Color) {
	for y := -ry; y <= ry; y++ {
		half := int(float64(rx) * math.Sqrt(1-float64(y*y)/float64(ry*ry)))
		m.box(cx-half, cy+y, 2*half+1, 1, c)
	}
}

func (m canvas) paste(x, y int, from canvas) {
	draw.Draw(m, from.Bounds().Add(image.Pt(x, y)), from, image.Point{}, draw.Src)
}

// letters holds the rows of SPECIMEN's letters, five columns wide.
var letters = map[rune][7]string{
	'S': {" ####", "#    ", "#    ", " ### ", "    #", "    #", "#### "},
	'P': {"#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "},
	'E': {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#####"},
	'C': {" ####", "#    ", "#    ", "#    ", "#    ", "#    ", " ####"},
	'I': {"#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "#####"},
	'M': {"#   #", "## ##", "# # #", "#   #", "#   #", "#   #", "#   #"},
	'N': {"#   #", "##  #", "# # #", "#  ##", "#   #", "#   #", "#   #"},
}

func (m canvas) specimen(x, y, dot int) {
	for i, r := range []rune("SPECIMEN") {
		for row, line := range letters[r] {
			for col, c := range line {
				if c == '#' {
					m.box(x+(i*6+col)*dot, y+row*dot, dot, dot, stamp)
				}
			}
		}
	}
}

func face(w, h int, behind color.Color) canvas {
	m := blank(w, h, behind)
	m.disc(w/2, h, w*2/5, h/4, cloth)
	m.box(w*43/100, h*60/100, w*14/100, h*20/100, skin)
	m.disc(w/2, h*40/100, w*27/100, h*30/100, hair)
	m.disc(w/2, h*46/100, w*22/100, h*26/100, skin)
	for _, x := range []int{w * 41 / 100, w * 59 / 100} {
		m.disc(x, h*43/100, w*3/100+1, h*2/100+1, ink)
	}
	m.box(w/2-1, h*46/100, 3, h*7/100, hair)
	m.box(w*43/100, h*60/100, w*14/100, 3, stamp)
	m.specimen(w/2-47*max(1, w/100)/2, h*90/100, max(1, w/100))
	return m
}

func front() canvas {
	m := blank(320, 202, paper)
	m.box(0, 0, 320, 26, border)
	m.paste(14, 42, face(80, 104, pale))
	m.box(112, 40, 34, 26, chip)
	for i, w := range []int{170, 120, 150, 90, 130, 100} {
		m.box(112, 78+i*15, w, 6, ink)
	}
	m.specimen(120, 178, 2)
	return m
}

func back() canvas {
	m := blank(320, 202, paper)
	m.box(0, 14, 320, 24, ink)
	for i, w := range []int{140, 180, 110} {
		m.box(16, 52+i*15, w, 6, ink)
	}
	m.specimen(200, 112, 2)
	for line := range 3 {
		for i := range 12 {
			m.box(12+i*25, 136+line*20, 24-(i*7+line*5)%3*8, 8, ink)
		}
	}
	return m
}

func frame(card canvas) canvas {
	m := blank(380, 300, desk)
	m.box(0, 0, 380, 22, hair)
	m.paste(30, 50, card)
	return m
}

func signature() canvas {
	m := blank(200, 70, color.White)
	for i := range 1500 {
		t := float64(i) / 1500
		x := 14 + t*170
		y := 32 + 17*math.Sin(t*31)*math.Cos(t*5)
		m.box(int(x), int(y), 2, 2, ink)
	}
	m.specimen(76, 60, 1)
	return m
}

func main() {
	for name, m := range map[string]canvas{
		"portrait":    face(120, 156, pale),
		"front":       front(),
		"back":        back(),
		"front-frame": frame(front()),
		"back-frame":  frame(back()),
		"selfie":      face(180, 240, room),
		"signature":   signature(),
	} {
		if err := write(filepath.Join("plain", name+".jpg"), m); err != nil {
			log.Fatal(err)
		}
	}
}

// write saves the drawing small: receivers look at checksums, people at the
// word SPECIMEN, and every session's images are hashed.
func write(path string, m canvas) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := jpeg.Encode(file, m, &jpeg.Options{Quality: 20}); err != nil {
		return err
	}
	return file.Close()
}
