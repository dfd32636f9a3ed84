package call

import "reflect"

// dryRun is the name of the field of EC2's requests that asks whether they would be carried out.
const dryRun = "DryRun"

// onlyAsks tells whether a request asks whether it would be carried out, and for nothing else.
func onlyAsks(in any) bool {
	v := reflect.Indirect(reflect.ValueOf(in))
	if v.Kind() != reflect.Struct {
		return false
	}
	field := v.FieldByName(dryRun)
	if !field.IsValid() {
		return false
	}
	set, ok := field.Interface().(*bool)
	return ok && set != nil && *set
}

// dryRunAnswer is EC2's to a request that is allowed: an error, although nothing is wrong.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func dryRunAnswer() error {
	return Fail("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
}
