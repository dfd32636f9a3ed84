package uninstall

import (
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// aws is a command line of the AWS CLI in the place's region.
func aws(at command.Place, words ...string) string { return command.Line(at.AWS(at.Region, words...)) }

func deleteStack(at command.Place, stack string) string {
	return aws(at, "cloudformation", "delete-stack", "--stack-name", stack)
}

// tagTable says of a table whose ledger it is.
func tagTable(at command.Place, table, stack string) string {
	words := at.AWS(at.Region, "dynamodb", "describe-table", "--table-name", table, "--query", "Table.TableArn", "--output", "text")
	return command.Line(append(at.AWS(at.Region, "dynamodb", "tag-resource", "--tags", "Key="+StackTag+",Value="+stack),
		"--resource-arn", command.Inside(words)))
}

// restoreTable restores a deleted table under its name, from the backup that DynamoDB has made.
func restoreTable(at command.Place, table string) string {
	words := at.AWS(at.Region, "dynamodb", "list-backups", "--backup-type", "SYSTEM", "--table-name", table, "--query", "BackupSummaries[-1].BackupArn", "--output", "text")
	return command.Line(append(at.AWS(at.Region, "dynamodb", "restore-table-from-backup", "--target-table-name", table), "--backup-arn", command.Inside(words)))
}

// madeByHand are the commands that list what measures made.
func madeByHand(at command.Place) (out []string) {
	for _, m := range register.All() {
		if len(m.MadeByHand) > 0 {
			out = append(out, aws(at, m.MadeByHand...))
		}
	}
	return out
}
