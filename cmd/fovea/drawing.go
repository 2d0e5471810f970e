package main

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Sizes of a drawing, in pixels. Text is of fixed width, so that it is known what fits into a box.
const (
	drawingWidth = 800
	margin       = 16
	lineHeight   = 15
	charWidth    = 7.25 // of 12 px, a little more than such fonts have
	padding      = 6    // inside a box
	gap          = 20   // between boxes
	between      = 10   // between paths
	widest       = 250  // box
	narrowest    = 96
)

// style has the colours: dark text on pale boxes or, where the reader prefers it, pale text on dark ones.
const style = `
svg { --ground: #ffffff; --ink: #16181d; --muted: #4c525c; --line: #7a818c; --weights: #dce8fa; --pool: #dcf1e2; --join: #fbe9d0; --other: #eceef1 }
@media (prefers-color-scheme: dark) {
  svg { --ground: #14161a; --ink: #eef0f3; --muted: #b4bac4; --line: #838b97; --weights: #1f3a5f; --pool: #1d4530; --join: #55391a; --other: #31353c }
}
.ground { fill: var(--ground) }
.line { fill: none; stroke: var(--line); stroke-width: 1.5 }
.side { stroke-dasharray: 4 3 }
.head { fill: var(--line) }
.box { stroke: var(--line) }
.weights { fill: var(--weights) } .pool { fill: var(--pool) } .join { fill: var(--join) } .other { fill: var(--other) }
text { font: 12px ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); text-anchor: middle }
text.shape { fill: var(--muted) }
`

// drawing is an SVG file that grows. Coordinates are whole pixels; room is the width that a part of it has.
type drawing struct{ strings.Builder }

// drawSVG returns a drawing of the chain. It is 800 pixels wide unless more paths stand side by side than that has room for.
func drawSVG(c chain, title, description string) string {
	width := max(drawingWidth, 2*margin+c.columns()*(narrowest+between))
	height := 2*margin + c.height(width-2*margin)
	var d drawing
	fmt.Fprintf(&d, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img" `, width, height)
	fmt.Fprintf(&d, `aria-labelledby="title description">`+"\n"+`<title id="title">%s</title>`+"\n"+`<desc id="description">%s</desc>`+"\n",
		html.EscapeString(title), html.EscapeString(description))
	fmt.Fprintf(&d, "<style>%s</style>\n", style)
	d.WriteString(`<defs><marker id="head" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto">` +
		`<path class="head" d="M0 0 6 3 0 6z"/></marker></defs>` + "\n")
	fmt.Fprintf(&d, `<rect class="ground" width="%d" height="%d"/>`+"\n", width, height)
	d.chain(c, margin, margin, width-2*margin)
	d.WriteString("</svg>\n")
	return d.String()
}

// columns returns how many boxes stand side by side at most.
func (c chain) columns() int {
	most := 1
	for _, l := range c {
		most = max(most, l.columns())
	}
	return most
}

func (l link) columns() (n int) {
	for _, p := range l.paths {
		n += p.columns()
	}
	return n
}

func (c chain) height(room int) (h int) {
	for i, l := range c {
		if l.box == nil {
			h += l.height(room)
			continue
		}
		if i > 0 {
			h += gap
		}
		lines, _ := l.box.lines(room)
		h += boxHeight(lines)
	}
	return h
}

func (l link) height(room int) int {
	most := 0
	for _, p := range l.paths {
		most = max(most, p.height(l.share(p, room)))
	}
	return gap + most + gap/2
}

// share returns the width that a path has of its fork's.
func (l link) share(p branch, room int) int { return room * p.columns() / l.columns() }

// lines returns what a box says, and its width.
func (b *box) lines(room int) (lines []string, width int) {
	width = min(widest, room-between)
	chars := int(float64(width-2*padding) / charWidth)
	lines = wrap(b.text, chars)
	if len(b.notes) > 0 {
		lines = append(lines, wrap(strings.Join(b.notes, " · "), chars)...)
	}
	return append(lines, wrap(b.shape, chars)...), width
}

func boxHeight(lines []string) int { return 2*padding + lineHeight*len(lines) }

// wrap breaks a text at blanks into lines of so many characters; a word that is longer is cut.
func wrap(text string, chars int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if utf8.RuneCountInString(word) > chars {
			word = string([]rune(word)[:chars-1]) + "…"
		}
		if k := len(lines) - 1; k >= 0 && utf8.RuneCountInString(lines[k]+" "+word) <= chars {
			lines[k] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// chain draws the links below each other, the first at y, and returns where the last ends.
func (d *drawing) chain(c chain, x, y, room int) (bottom int) {
	for i, l := range c {
		if l.box == nil {
			y = d.fork(l, x, y, room)
			continue
		}
		if i > 0 {
			d.arrow("line", "M%d %dV%d", x+room/2, y, y+gap)
			y += gap
		}
		y = d.box(l.box, x, y, room)
	}
	return y
}

// fork draws paths side by side, which part at y, and returns where they meet.
func (d *drawing) fork(l link, x, y, room int) (bottom int) {
	middle := x + room/2
	bottom = y + l.height(room)
	for _, p := range l.paths {
		share := l.share(p, room)
		at, class, draw := x+share/2, "line", d.line
		if p.side {
			class = "line side"
		}
		if len(p.chain) > 0 && p.chain[0].box != nil {
			draw = d.arrow
		}
		draw(class, "M%d %dv%dH%dV%d", middle, y, gap/2, at, y+gap)
		if end := d.chain(p.chain, x, y+gap, share); !p.side {
			d.line(class, "M%d %dV%dH%d", at, end, bottom, middle)
		}
		x += share
	}
	return bottom
}

func (d *drawing) line(class, format string, at ...any) {
	fmt.Fprintf(d, "<path class=%q d=%q/>\n", class, fmt.Sprintf(format, at...))
}

func (d *drawing) arrow(class, format string, at ...any) {
	fmt.Fprintf(d, "<path class=%q marker-end=\"url(#head)\" d=%q/>\n", class, fmt.Sprintf(format, at...))
}

func (d *drawing) box(b *box, x, y, room int) (bottom int) {
	lines, width := b.lines(room)
	middle, height := x+room/2, boxHeight(lines)
	fmt.Fprintf(d, "<g><title>%s</title><rect class=\"box %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>",
		html.EscapeString(strings.Join(b.tooltip, "\n")), b.class, middle-width/2, y, width, height)
	for i, line := range lines {
		class := "text"
		if i == len(lines)-1 {
			class = "shape"
		}
		fmt.Fprintf(d, `<text class=%q x="%d" y="%d">%s</text>`, class, middle, y+padding+lineHeight*(i+1)-4, html.EscapeString(line))
	}
	d.WriteString("</g>\n")
	return y + height
}
