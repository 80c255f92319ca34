/*
 * hardstall: on load, every CPU spins with its interrupts off, for ever.
 * Only an NMI or a reset gets through: the stall that a crash dump is for.
 */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/smp.h>

static void spin(void *unused)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int __init hardstall_init(void)
{
	pr_emerg("hardstall: every CPU now spins with interrupts off\n");
	smp_call_function(spin, NULL, 0);
	spin(NULL);
	return 0;
}

module_init(hardstall_init);
MODULE_DESCRIPTION("Stalls every CPU so that only an NMI gets through");
MODULE_LICENSE("GPL");
