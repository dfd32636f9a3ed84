package generate

import (
	"regexp"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Filled returns a definition with an example in place of each placeholder, so that
// validators accept it. The end of a placeholder's name says what it stands for.
func Filled(definition []byte) ([]byte, error) {
	values := map[string]string{}
	for _, name := range asl.Placeholders(definition) {
		values[name] = Example(name)
	}
	return asl.Substitute(definition, values)
}

// wordStart is where a word begins inside a name: a function of several words has hyphens.
var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

// Example is what stands for a placeholder in a definition that is run or validated without
// a deployment.
func Example(name string) string {
	kinds := []struct{ suffix, prefix string }{
		{"FunctionArn", "arn:aws:lambda:eu-west-1:111122223333:function:"},
		{"StateMachineArn", "arn:aws:states:eu-west-1:111122223333:stateMachine:"},
	}
	for _, k := range kinds {
		if what, is := strings.CutSuffix(name, k.suffix); is {
			return k.prefix + strings.ToLower(wordStart.ReplaceAllString(what, "$1-$2"))
		}
	}
	switch {
	case name == "Partition":
		return "aws"
	case strings.HasSuffix(name, "Seconds"):
		return "3600"
	default:
		return strings.ToLower(name)
	}
}
