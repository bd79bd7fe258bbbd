# A file of nodes for --nodefile, on whichever side the client looks.
$C sh -c 'echo n1 >/tmp/options-nodefile; chmod 644 /tmp/options-nodefile'
