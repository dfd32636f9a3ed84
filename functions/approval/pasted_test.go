package approval_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
)

// The link that people are sent opens the page of the question, and the commands beside it name
// where it was asked.
func TestWhatAQuestionIsAnsweredWithWorksAsItIsSent(t *testing.T) {
	t.Parallel()
	s := &served{world: emptyWorld(t)}
	s.renew()
	s.asker.Commands = command.Place{Stack: "guard", Region: "eu-west-1"}
	asked, err := s.asker.Handle(t.Context(), s.payload(nil))
	if err != nil {
		t.Fatal(err)
	}
	mail := s.mails()[0]
	opened := 0
	for _, address := range pasted.Addresses(mail) {
		if strings.Contains(address, ".console.aws.amazon.com/") {
			continue
		}
		if code, body := s.get(t, address); code != http.StatusOK || !strings.Contains(body, asked.Request) {
			t.Errorf("%s: %d\n%s", address, code, body)
		}
		opened++
	}
	if opened != 1 {
		t.Errorf("%d links lead to the page:\n%s", opened, mail)
	}
	printed := strings.Join(pasted.Commands(mail), "\n")
	for _, want := range []string{"quarantine approve " + asked.Request + " --stack guard --region eu-west-1", "quarantine deny " + asked.Request + " --stack guard --region eu-west-1"} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not printed:\n%s", want, printed)
		}
	}
}
