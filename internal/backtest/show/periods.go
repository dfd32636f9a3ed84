package show

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
)

// periods are the days, or else weeks or months, so that there are no more of them than most; and
// what one is called. A week is named after its Monday.
func periods(days []backtest.Named, most int) (all []backtest.Named, each string) {
	for _, by := range []struct {
		each string
		of   func(day time.Time) string
	}{
		{"day", func(day time.Time) string { return day.Format(time.DateOnly) }},
		{"week", func(day time.Time) string { return day.AddDate(0, 0, -(int(day.Weekday())+6)%7).Format(time.DateOnly) }},
		{"month", func(day time.Time) string { return day.Format("2006-01") }},
	} {
		if all, each = grouped(days, by.of), by.each; len(all) <= most {
			break
		}
	}
	return all, each
}

func grouped(days []backtest.Named, of func(time.Time) string) (all []backtest.Named) {
	for _, d := range days {
		day, err := time.Parse(time.DateOnly, d.Name)
		if err != nil {
			continue // every day of a result is one
		}
		if name := of(day); len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, backtest.Named{Name: name})
		}
		last := &all[len(all)-1]
		for _, o := range backtest.Outcomes() {
			for range d.Of(o) {
				last.Add(o)
			}
		}
	}
	return all
}

// highest is the most findings that one of them has.
func highest(all []backtest.Named) (most int) {
	for _, n := range all {
		most = max(most, n.All)
	}
	return most
}
