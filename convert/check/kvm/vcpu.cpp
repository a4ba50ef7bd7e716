// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/kvm/vcpu.h"

#ifdef __x86_64__
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

// The guest's program.  Some hosts offer a /dev/kvm that opens, creates VMs and answers every ioctl well, and yet runs
// a guest's kernel in the in-kernel instruction emulator.  There a Linux guest is hundreds of times too slow and stops
// with “KVM internal error, suberror 1” at what the emulator lacks: cmpxchg16b, xsave and xrstor, int3 through the
// interrupt table.  So those are executed here, each check adds a bit to %r15, and the sum is written to a port. In:
// %rdi = 16 aligned bytes, %rsi = 64-aligned area for xsave, %r8 bit 0 = may use cmpxchg16b, bit 1 = xsave.
asm(R"(
    .pushsection .rodata
    .balign 16
h2k_vcpu_code:
    xor %r15d, %r15d
    test $1, %r8d
    jz 1f
    mov $0x1122334455667788, %rbx
    mov %rbx, %rcx
    xor %eax, %eax
    xor %edx, %edx
    lock cmpxchg16b (%rdi)
    jnz 9f
    cmp %rbx, 8(%rdi)
    jne 9f
1:  or $1, %r15d
    test $2, %r8d
    jz 2f
    xor %ecx, %ecx
    xor %edx, %edx
    mov $3, %eax
    xsetbv
    movq %rsi, %xmm0
    xsave (%rsi)
    pxor %xmm0, %xmm0
    mov $3, %eax
    xor %edx, %edx
    xrstor (%rsi)
    movq %xmm0, %rax
    cmp %rsi, %rax
    jne 9f
2:  or $2, %r15d
    int3
9:  mov %r15d, %eax
    out %eax, $0xf4
    hlt
h2k_vcpu_breakpoint:
    or $4, %r15d
    iretq
h2k_vcpu_end:
    .popsection
)");
extern "C" {
__attribute__((visibility("hidden"))) extern const unsigned char h2k_vcpu_code[], h2k_vcpu_breakpoint[], h2k_vcpu_end[];
}

namespace h2k {

namespace {

constexpr std::uint32_t expected_sum = 7;
constexpr std::uint16_t port = 0xf4;
constexpr std::size_t memory_size = 2u << 20;
// Layout of the guest's memory.
constexpr std::uint64_t gdt_at = 0x1000, idt_at = 0x2000, tables_at = 0x3000, code_at = 0x8000, data_at = 0x9000,
                        save_at = 0xa000, stack_at = 0x10000;
constexpr std::uint16_t code_selector = 0x08, data_selector = 0x10;

template <typename T> void put(unsigned char *memory, std::uint64_t at, T value) {
    memcpy(memory + at, &value, sizeof value);
}

/// Page tables that map the first 2 MiB to themselves, a flat GDT, and an IDT with the breakpoint.
/// Source: Intel SDM volume 3A, sections 3.4.5, 4.5 and 6.14.
void fill_memory(unsigned char *memory) {
    constexpr std::uint64_t present_writable = 3, large_page = 0x80;
    put(memory, tables_at, (tables_at + 0x1000) | present_writable);
    put(memory, tables_at + 0x1000, (tables_at + 0x2000) | present_writable);
    put(memory, tables_at + 0x2000, present_writable | large_page);
    put(memory, gdt_at + code_selector, std::uint64_t{0x00af9b000000ffff});
    put(memory, gdt_at + data_selector, std::uint64_t{0x00cf93000000ffff});
    const std::uint64_t handler = code_at + static_cast<std::uint64_t>(h2k_vcpu_breakpoint - h2k_vcpu_code);
    constexpr std::uint64_t interrupt_gate = 0x8e00;
    put(memory, idt_at + 3 * 16,
        (handler & 0xffff) | std::uint64_t{code_selector} << 16 | interrupt_gate << 32 |
            (handler >> 16 & 0xffff) << 48);
    memcpy(memory + code_at, h2k_vcpu_code, static_cast<std::size_t>(h2k_vcpu_end - h2k_vcpu_code));
}

/// struct kvm_cpuid2.  The kernel's declaration ends in a flexible array, whose size in C++ would change the ioctl
/// numbers.
struct Cpuid {
    std::uint32_t count = 256, padding = 0;
    kvm_cpuid_entry2 entries[256]{};
};
constexpr unsigned long get_supported_cpuid = _IOC(_IOC_READ | _IOC_WRITE, KVMIO, 0x05, 8);
constexpr unsigned long set_cpuid = _IOC(_IOC_WRITE, KVMIO, 0x90, 8);

/// Gives the vCPU the CPUID that this KVM supports.  Returns the bits of the program's %r8.
int give_cpuid(int kvm, int vcpu) {
    static Cpuid cpuid;
    if (ioctl(kvm, get_supported_cpuid, &cpuid) != 0 || ioctl(vcpu, set_cpuid, &cpuid) != 0)
        return -1;
    for (unsigned i = 0; i < cpuid.count && i < std::size(cpuid.entries); i++)
        if (cpuid.entries[i].function == 1)
            return static_cast<int>((cpuid.entries[i].ecx >> 13 & 1) | (cpuid.entries[i].ecx >> 26 & 1) << 1);
    return 0;
}

kvm_segment flat_segment(std::uint16_t selector, std::uint8_t type, bool code) {
    kvm_segment s{};
    s.limit = 0xffffffff;
    s.selector = selector;
    s.type = type;
    s.present = s.s = s.g = 1;
    s.l = code;
    s.db = !code;
    return s;
}

/// Starts in long mode, as after a boot loader.
bool set_state(int vcpu, unsigned features) {
    kvm_sregs s{};
    if (ioctl(vcpu, KVM_GET_SREGS, &s) != 0)
        return false;
    s.cs = flat_segment(code_selector, 11, true);
    s.ds = s.es = s.fs = s.gs = s.ss = flat_segment(data_selector, 3, false);
    s.tr.type = 11; // a busy TSS; the processor refuses to run without one
    s.tr.present = 1;
    s.tr.s = 0;
    s.tr.limit = 0x67;
    s.gdt = {.base = gdt_at, .limit = 0x17, .padding = {}};
    s.idt = {.base = idt_at, .limit = 16 * 16 - 1, .padding = {}};
    s.cr3 = tables_at;
    s.cr0 = 0x80000033;                                  // PG, NE, ET, MP, PE
    s.cr4 = 0x620 | ((features & 2) != 0 ? 0x40000 : 0); // PAE, OSFXSR, OSXMMEXCPT; OSXSAVE
    s.efer = 0x500;                                      // LME, LMA
    kvm_regs r{};
    r.rip = code_at;
    r.rsp = stack_at;
    r.rdi = data_at;
    r.rsi = save_at;
    r.r8 = features;
    r.rflags = 2;
    return ioctl(vcpu, KVM_SET_SREGS, &s) == 0 && ioctl(vcpu, KVM_SET_REGS, &r) == 0;
}

/// Runs the vCPU until it stops; only the last OUT with the right sum is a success.
bool run(int vcpu, std::size_t size) {
    void *shared = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (shared == MAP_FAILED || ioctl(vcpu, KVM_RUN, 0) != 0)
        return false;
    const auto *state = static_cast<const kvm_run *>(shared);
    if (state->exit_reason != KVM_EXIT_IO || state->io.direction != KVM_EXIT_IO_OUT || state->io.port != port ||
        state->io.size != 4 || state->io.data_offset > size - 4)
        return false;
    std::uint32_t sum = 0;
    memcpy(&sum, static_cast<unsigned char *>(shared) + state->io.data_offset, sizeof sum);
    return sum == expected_sum;
}

} // namespace

bool run_test_vcpu() {
    const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0 || ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
        return false;
    const int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    const int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    void *memory = mmap(nullptr, memory_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (vm < 0 || size < static_cast<int>(sizeof(kvm_run)) || memory == MAP_FAILED)
        return false;
    fill_memory(static_cast<unsigned char *>(memory));
    kvm_userspace_memory_region region{};
    region.memory_size = memory_size;
    region.userspace_addr = reinterpret_cast<std::uint64_t>(memory);
    if (ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000) != 0 || ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) != 0)
        return false;
    const int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    if (vcpu < 0)
        return false;
    const int features = give_cpuid(kvm, vcpu);
    return features >= 0 && set_state(vcpu, static_cast<unsigned>(features)) &&
           run(vcpu, static_cast<std::size_t>(size));
}

} // namespace h2k

#else

namespace h2k {

// Other architectures have no in-kernel emulator that could hide a broken KVM, and no test program here yet.
bool run_test_vcpu() { return false; }

} // namespace h2k

#endif
