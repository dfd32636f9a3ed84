package command

import (
	"errors"
	"fmt"
	"strings"
)

// Reason is why somebody types a command, as --reason gives it.
type Reason string

// Validate refuses what stands for a reason in a printed command: it would go on record.
func (r Reason) Validate() error {
	if r != "" && strings.TrimSpace(string(r)) == "" {
		return errors.New("a reason is needed: it goes on record")
	}
	said := strings.Trim(strings.Join(strings.Fields(string(r)), " "), `.,;:!?'"‘’“”<>[]`)
	for _, placeholder := range []string{SayWhy, "TEXT"} {
		if strings.EqualFold(said, placeholder) {
			return fmt.Errorf("--reason is still %s, as it is printed: write why in its place, it goes on record", Arg(string(r)))
		}
	}
	return nil
}
