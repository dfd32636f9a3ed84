package summary

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// credentials writes what became of credentials that were taken from instances and are used
// elsewhere, where no network reaches.
func (s *Summary) credentials(r *simulate.Report) {
	if len(r.Credentials) == 0 {
		return
	}
	s.st.Heading(s.w, "Credentials taken from an instance before, and used elsewhere")
	for _, c := range r.Credentials {
		said := []string{word(c.Answers, atFirst) + " before"}
		for _, m := range moments(r) {
			said = append(said, word(c.Answers, m)+" "+strings.ToLower(m.title))
		}
		line := fmt.Sprintf("%s, role %s, %s: %s", c.Instance, c.Role, c.Action, strings.Join(said, ", "))
		if c.Policy != "" {
			line += ". It is denied by the role's policy " + c.Policy
		}
		fmt.Fprintln(s.w, terminal.Wrap(line, 2))
	}
}

func word(answers map[string]string, m moment) string {
	if answers[m.phase] == simulate.Denied {
		return "DENIED"
	}
	return "allowed"
}
