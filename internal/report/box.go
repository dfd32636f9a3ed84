package report

import (
	"strings"
	"unicode/utf8"
)

// box is a VPC, a subnet or a host.
type box struct {
	X, Y, Width, Height float64
	Look, Title, ID     string
}

// Right is where the title of a VPC or a subnet ends, and TitleY its line: where no arrow runs.
func (b box) Right() float64 { return b.X + b.Width }

// Shown is a name as far as it fits into the box; the tooltip has it whole.
func (b box) Shown(name string) string { return b.fit(name, 7.2) }

// ShownID is the same of the smaller letters of an id.
func (b box) ShownID(id string) string { return b.fit(id, 6.2) }

func (b box) fit(text string, letter float64) string {
	if most := int((b.Width - 20) / letter); most > 3 && utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most-1]) + "…"
	}
	return text
}

// TitleY is at the top, but of a subnet that arrows enter from above.
func (b box) TitleY() float64 {
	if strings.HasSuffix(b.Look, "below") {
		return b.Y + b.Height - 9
	}
	return b.Y + 19
}
