package quarantine

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var period = regexp.MustCompile(`^([0-9]{1,5})([hd])$`)

// ParsePeriod reads a time in whole hours or days, such as 48h or 7d.
func ParsePeriod(text string) (time.Duration, error) {
	parts := period.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("%.40q is no time in hours or days, such as 48h or 7d", text)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, err
	}
	unit := time.Hour
	if parts[2] == "d" {
		unit *= 24
	}
	return time.Duration(n) * unit, nil
}
