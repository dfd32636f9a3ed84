package uninstall

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/command"
)

// Loss is what is deleted with the stack and may be missed, and the command that saves it or looks
// at it, if there is one.
type Loss struct {
	Says    string
	Command []string
}

// Losses are what is deleted with the stack.
func (p *Plan) Losses(at command.Place) (out []Loss) {
	var logs []string
	for _, r := range p.resources {
		if p.Gone() || r.PhysicalID == "" || r.Status == cloudformation.DeleteComplete {
			continue
		}
		switch r.Type {
		case "AWS::SQS::Queue":
			out = append(out, Loss{"with it go the findings that wait in its dead-letter queue. To see how many:",
				at.AWS(at.Region, "sqs", "get-queue-attributes", "--attribute-names", "ApproximateNumberOfMessages", "--queue-url", r.PhysicalID)})
		case "AWS::GuardDuty::Detector":
			out = append(out, Loss{Says: "with it goes GuardDuty's detector " + r.PhysicalID + ", which the stack has made, and all of its findings"})
		case "AWS::Logs::LogGroup":
			logs = append(logs, r.PhysicalID)
		}
	}
	if len(logs) > 0 {
		export := at.AWS(at.Region, "logs", "create-export-task", "--log-group-name", logs[0], "--from", "0")
		out = append(out, Loss{"with it go its log groups, unless the template keeps them: " + strings.Join(logs, ", ") + ". To keep what they hold, " +
			"export each first to a bucket of yours, BUCKET:", append(export, "--to", `"$(date +%s000)"`, "--destination", "BUCKET")})
	}
	if len(p.Machines) > 0 {
		out = append(out, Loss{"with it go the execution histories of its state machines. To keep those of an INCIDENT or an execution, print them first:",
			at.Quarantine("history", "INCIDENT", "--json")})
	}
	return out
}
