# Answers a batch of virsh commands as a node with DOMAINS running domains would, from what was recorded of one.
# Environment: RECORDED (folder), HAVIRT_BENCH_NODE (number), BATCH.

function uuid(index_) { return sprintf("%08x-0000-4000-8000-%012x", node, index_) }

function slurp(name,    text, line, file) {
	file = ENVIRON["RECORDED"] "/" name
	while ((getline line < file) > 0) text = text line "\n"
	close(file)
	return text
}

function list(    i) {
	for (i = 1; i <= domains; i++) print uuid(i)
	print ""
}

function dump(id,    text, number) {
	for (number = 1; number <= domains && uuid(number) != id; number++);
	text = running
	gsub(/@UUID@/, id, text)
	gsub(/@NAME@/, sprintf("vm-%d-%d", node, number), text)
	gsub(/@INDEX@/, number, text)
	printf "%s", text
}

BEGIN {
	node = ENVIRON["HAVIRT_BENCH_NODE"] + 0
	domains = 30
	running = slurp("running.xml")
	count = split(ENVIRON["BATCH"], commands, ";")
	for (i = 1; i <= count; i++) {
		split(commands[i], words, " ")
		if (words[1] == "echo") printf "%s", words[2]
		else if (commands[i] == "list --all --uuid" || commands[i] == "list --uuid") list()
		else if (words[1] == "list") print ""
		else if (words[1] == "net-list") print "default\n"
		else if (words[1] == "domstate") print "running (booted)\n"
		else if (words[1] == "domjobinfo") print "Job type:         None        \n"
		else if (words[1] == "dumpxml") { dump(words[2]); print "" }
		else if (words[1] == "capabilities") {
			text = slurp("capabilities.xml")
			sub(/@UUID@/, uuid(0), text)
			print text
		} else if (words[1] != "") print slurp(words[1])
	}
}
