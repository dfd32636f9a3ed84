package message

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// interfaceHold is a hold of an interface's groups that was read back.
func interfaceHold(id string, holders ...string) quarantine.Hold {
	return quarantine.Hold{
		Measure: "security-group", AccountID: account, Region: region, VPCID: "vpc-0ccc3333", Thing: id,
		Parts: map[string]quarantine.Part{"groups": {
			Before: &quarantine.Value{Text: "sg-0web,sg-0ssh"}, Puts: []string{"sg-0none"}, After: "sg-0none",
		}},
		Holders: holders, VerifiedAt: noon.Add(time.Second),
	}
}

// protectionHold is one of a Spot instance, which takes no termination protection.
func protectionHold() quarantine.Hold {
	put := func(before, after string) quarantine.Part {
		return quarantine.Part{Before: &quarantine.Value{Text: before}, Puts: []string{after}, After: after}
	}
	return quarantine.Hold{
		Measure: "protection", AccountID: account, Region: region, Thing: instanceID,
		Parts: map[string]quarantine.Part{
			"termination": {Before: &quarantine.Value{Text: "false"}, Puts: []string{"true"}, Refused: "UnsupportedOperation"},
			"stop":        put("false", "true"), "shutdown": put("terminate", "stop"), "volume:vol-0aaa": put("true", "false"),
		},
		Holders: []string{incident}, VerifiedAt: noon.Add(2 * time.Second),
	}
}

// measured is the record with every further measure taken.
func measured() Record {
	r := onRecord()
	r.Incident.Holds = append([]quarantine.Hold{protectionHold(), interfaceHold("eni-1", incident), interfaceHold("eni-2", "inc-20261101-ffffffffff", incident)},
		r.Incident.Holds...)
	return r
}

func measureFailed() quarantine.News {
	return quarantine.News{Kind: quarantine.KindMeasureFailed, Execution: execution(), Triage: triage(), Incident: incident,
		Measure: "security-group", Containment: containment(),
		Failure: caught(quarantine.NameTaken, "a security group of the name quarantine-no-rules has rules: sg-0theirs")}
}
