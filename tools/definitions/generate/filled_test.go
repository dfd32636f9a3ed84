package generate_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

func TestFilledHasAnExampleInThePlaceOfEachPlaceholder(t *testing.T) {
	t.Parallel()
	got, err := generate.Filled([]byte(`["arn:${Partition}:states:::lambda:invoke", "${TriageFunctionArn}", "${ReleaseStateMachineArn}", "${LedgerTable}", "{% ${ExpirySeconds} %}"]`))
	want := `["arn:aws:states:::lambda:invoke", "arn:aws:lambda:eu-west-1:111122223333:function:triage",` +
		` "arn:aws:states:eu-west-1:111122223333:stateMachine:release", "ledgertable", "{% 3600 %}"]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}
