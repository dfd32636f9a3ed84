package guardduty

const (
	source     = "aws.guardduty"
	detailType = "GuardDuty Finding"
)

// envelope checks that the document is an EventBridge event for one GuardDuty
// finding. If not, the error says what the document looks like, because people make
// these mistakes when they send an event by hand.
func (r *reader) envelope(root any) object {
	fields, ok := root.(map[string]any)
	ev := object{r: r, fields: fields}
	if !ok {
		r.fail("event", "one JSON object: the event as EventBridge delivers it", describe(root))
		return ev
	}
	if _, there := fields["detail"]; !there {
		r.fail("detail", "the finding, below EventBridge's envelope with source and detail-type: send the whole event", "missing: "+looksLike(fields))
		return ev
	}
	ev.exactly("source", source)
	ev.exactly("detail-type", detailType)
	detail := ev.need("detail")
	if list, there := detail.fields["findings"]; there {
		r.fail("detail.findings", "absent, with one finding in detail itself: send each finding as EventBridge delivers it from GuardDuty", describe(list)+", as Security Hub or an API response has it")
	}
	return ev
}

// exactly requires the envelope's field to have that text.
func (o object) exactly(name, want string) {
	switch got := o.text(name); got {
	case want:
	case "":
		o.r.fail(name, quote(want)+": send the whole event as EventBridge delivers it", "missing: the event has been cut down")
	case "aws.securityhub":
		o.r.fail(name, quote(want)+": send GuardDuty's own event, not Security Hub's copy", quote(got)+", a Security Hub event")
	default:
		o.r.fail(name, quote(want), quote(got))
	}
}

// looksLike guesses what a document without a detail field is.
func looksLike(fields map[string]any) string {
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := fields[n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case has("TopicArn", "Message"):
		return "this looks like a notification of SNS around the event: send what its Message holds"
	case has("ReceiptHandle"), has("receiptHandle"):
		return "this looks like a message of SQS around the event: send what its body holds"
	case has("Records"):
		return "this looks like a batch from a queue or topic around the event"
	case has("ProductArn"):
		return "this looks like a Security Hub finding (ASFF)"
	case has("Findings"):
		return "this looks like a response of the GetFindings API"
	case has("Severity", "Resource"):
		return "this looks like a finding from the GetFindings API, in PascalCase"
	case has("severity", "resource"):
		return "this looks like a finding without its envelope, as GuardDuty's export to S3 has it"
	default:
		return "this looks like no GuardDuty event at all"
	}
}
