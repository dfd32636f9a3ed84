package approval

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// schemes are the colours of the light and the dark scheme, by name.
func schemes(t *testing.T) []map[string]string {
	t.Helper()
	light, dark, found := strings.Cut(style, "@media screen and (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("there is no dark scheme")
	}
	var out []map[string]string
	for _, part := range []string{light, dark} {
		colours := map[string]string{}
		for _, m := range colour.FindAllStringSubmatch(part, -1) {
			colours[m[1]] = m[2]
		}
		out = append(out, colours)
	}
	return out
}

// Text needs a contrast of at least 4.5, and the edges of controls one of 3:
// https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast
func TestContrastIsEnough(t *testing.T) {
	t.Parallel()
	for n, c := range schemes(t) {
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "ground", 4.5}, {"ink", "paper", 4.5}, {"soft", "ground", 4.5}, {"soft", "paper", 4.5},
			{"mark", "ground", 4.5}, {"mark", "paper", 4.5}, {"mark", "badge", 4.5}, {"on-mark", "mark", 4.5},
			{"edge", "paper", 3}, {"good", "paper", 4.5}, {"good", "ground", 4.5}, {"bad", "paper", 4.5}, {"bad", "ground", 4.5},
		} {
			if got := contrast(t, c[pair.front], c[pair.back]); got < pair.least {
				t.Errorf("scheme %d: %s on %s has a contrast of %.2f, want %.1f", n, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatalf("%q is no colour", hex)
	}
	linear := func(channel uint64) float64 {
		v := float64(channel&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
